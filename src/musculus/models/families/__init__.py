"""The makers behind the table of models; each file imports its library when it is asked for."""
