"""The command line: one file a verb. Options in, one library call, one renderer out."""
