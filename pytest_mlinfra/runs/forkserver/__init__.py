"""Running things in forks of a process that has imported what they need (Linux).

A fork server has one thread and runs nobody's code but ours. For each job it forks a
supervisor, which forks the runner and watches over it: what it uses, what it prints,
what it starts. Whatever descends from a runner is killed when the runner ends.
"""
