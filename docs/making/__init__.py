"""What makes the site: pages from Markdown and from the tables of the code."""
