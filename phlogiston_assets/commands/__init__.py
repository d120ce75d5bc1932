"""The operator's commands, one module a matter; each imports what it needs when it is called.

What a command does belongs in the modules that it calls.
"""
