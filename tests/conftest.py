"""Settings of the test run itself."""

from hypothesis import HealthCheck, settings

# Two cores shared by two workers: time limits per example would fail by chance.
settings.register_profile(
    "jamlik", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("jamlik")
