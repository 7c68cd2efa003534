"""`python -m cli`: the same as `digital-csm`."""

from cli import main

main()
