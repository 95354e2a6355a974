from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """Gives the files that a module imports their names with a hash, as in templates."""

    support_js_module_import_aggregation = True
