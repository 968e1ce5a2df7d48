"""The wiring: settings, addresses, servers, and the sheets that span the apps. Imported by none of them."""
