# The name under which a test tells what it has counted.
COUNTED = "counted"
