"""Static files under names that change with their content, so that a browser may keep them for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """A script that imports another asks for it by that name, too."""

    support_js_module_import_aggregation = True
