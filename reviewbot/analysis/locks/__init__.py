"""The kind `lock-balance`: on every path each lock is released once, by whoever took it.

table     the families of a rule's data: what takes, what releases, how the key is found
events    the takes and releases of one expression
code      a function's text beside its flow graph: what changes which variable
program   that graph, cut down to what locks and the conditions around them need
paths     the walk over it: what is held, and which conditions are known
held      the locks that are held at a place, for the view of the switches
judge     from the walks to findings; `design` excuses what returns locked by design, `trace` tells the way there
"""

from reviewbot.analysis.locks.rule import is_nothing, run, speaks, study

__all__ = ["is_nothing", "run", "speaks", "study"]
