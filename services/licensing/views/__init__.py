"""What licensing answers: SQL straight to response models."""

from services.licensing.views.applications import ApplicationView, find_application
from services.licensing.views.licenses import (
    LicenseStatus,
    LicenseView,
    find_license,
    find_license_by_number,
    find_license_status,
)
from services.licensing.views.lists import ApplicationLine, ApplicationState, list_applications
from services.licensing.views.types import LicenseTypeLine, LicenseTypeView, find_license_type, list_license_types
from services.licensing.views.versions import LicenseVersion, list_license_versions

__all__ = [
    "ApplicationLine",
    "ApplicationState",
    "ApplicationView",
    "LicenseStatus",
    "LicenseTypeLine",
    "LicenseTypeView",
    "LicenseVersion",
    "LicenseView",
    "find_application",
    "find_license",
    "find_license_by_number",
    "find_license_status",
    "find_license_type",
    "list_applications",
    "list_license_types",
    "list_license_versions",
]
