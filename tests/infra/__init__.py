"""The infrastructure's tests. Importing `infra` first chooses the Node that CDK's library runs on."""

import infra  # noqa: F401
