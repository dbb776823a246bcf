from hypothesis import HealthCheck, settings

# How long an example takes says nothing about the code on a machine with other work.
settings.register_profile(
    "patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")
