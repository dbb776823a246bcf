"""Errors of the client beside botocore's own.

IotEventsClientError
├── EndpointError          no usable endpoint, or no region to sign for: nothing was sent
└── DoubtfulAnswerError    the answer proves nothing: the call may or may not have taken effect
"""

from botocore import exceptions

_SHOWN_BYTES = 120


class IotEventsClientError(Exception):
    """The root of this package's errors."""


class EndpointError(IotEventsClientError, ValueError):
    """The endpoint or the signing region is missing, contradictory or not allowed."""


class DoubtfulAnswerError(IotEventsClientError):
    """A call was answered with a status below 300 and a body that does not say what happened.

    `status` is the HTTP status, `content_type` the header's text, `start` the first 120 bytes of the body,
    `reason` what is wrong with it.
    """

    def __init__(self, operation: str, status: int, content_type: str, body: bytes, reason: str) -> None:
        super().__init__(operation, status, content_type, body[:_SHOWN_BYTES], reason)
        self.operation = operation
        self.status = status
        self.content_type = content_type
        self.start = body[:_SHOWN_BYTES]
        self.reason = reason

    def __str__(self) -> str:
        """Say what was seen and that nothing follows from it."""
        return (
            f"{self.operation}: the answer (status {self.status}, content type {self.content_type!r}) proves"
            f" neither success nor failure: {self.reason}; the body begins with {self.start!r}"
        )


# Errors that repeating the call does not cure, raised before anything is sent. Read in botocore 1.44.5's
# exceptions.py; a base class stands for its subclasses. Not among them: timeouts, connection and TLS errors,
# which do not say whether the call arrived.
CONFIGURATION_FAULTS: tuple[type[Exception], ...] = (
    EndpointError,
    # credentials and tokens
    exceptions.CredentialRetrievalError,
    exceptions.InvalidIMDSEndpointError,
    exceptions.InvalidIMDSEndpointModeError,
    exceptions.LoginError,
    exceptions.MetadataRetrievalError,
    exceptions.NoAuthTokenError,
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.RefreshWithMFAUnsupportedError,
    exceptions.SSOError,
    exceptions.TokenRetrievalError,
    exceptions.UnknownCredentialError,
    exceptions.UnknownTokenProviderError,
    # region, endpoint, signature
    exceptions.BaseEndpointResolverError,
    exceptions.EndpointProviderError,
    exceptions.InvalidEndpointConfigurationError,
    exceptions.InvalidHostLabelError,
    exceptions.ServiceNotInRegionError,
    exceptions.UnknownRegionError,
    exceptions.UnknownSignatureVersionError,
    exceptions.UnsupportedSignatureVersionError,
    # configuration files and settings
    exceptions.ConfigNotFound,
    exceptions.ConfigParseError,
    exceptions.InvalidChecksumConfigError,
    exceptions.InvalidConfigError,
    exceptions.InvalidDefaultsMode,
    exceptions.InvalidProxiesConfigError,
    exceptions.InvalidRetryConfigurationError,
    exceptions.ProfileNotFound,
    # service model and installation
    exceptions.ApiVersionNotFoundError,
    exceptions.DataNotFoundError,
    exceptions.MissingDependencyException,
    exceptions.UnsupportedServiceProtocolsError,
    # parameters of the call
    exceptions.MissingParametersError,
    exceptions.ParamValidationError,
    exceptions.ValidationError,
)
