"""The kind `guarded-dispatch`: operations that a dispatcher or its handlers carry out, and who is asked before.

guard     a rule's data: the dispatchers, their handlers, hooks, policies
events    what a statement does: calls, stores; `labels` the case labels and operations, `outcome` what a check answers
walk      an operation followed through the dispatcher and its handlers
tables    the comparisons with a policy's tables; `arms` the cases by themselves
lenient   hooks that the default policy gives away; `nothing` those that are asked about a NULL pointer
hooks     what one file shows by itself: levels, and `answers` that are lost; `classes` and `lookups` likewise
rule      from these to findings
passage   the hooks asked on the way to a place; `reader` asks for the locks as well, `optable` makes a table of it
view      the switches and the table as the command line shows them; `effect` what a patch does to the table
"""

from reviewbot.analysis.dispatch.rule import LOOKS_AROUND, keeps, run, run_tree

__all__ = ["LOOKS_AROUND", "keeps", "run", "run_tree"]
