"""Beyond one machine: the same measures and features on engines that exist, one table of whole recordings at a time."""
