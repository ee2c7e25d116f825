"""What every test may ask for; each file of tests/fixtures has one subject."""

pytest_plugins = [
    "tests.fixtures.servers",
    "tests.fixtures.database",
    "tests.fixtures.broker",
    "tests.fixtures.proxy",
]
