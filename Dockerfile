# One image for every process: `manage.py web`, `manage.py worker`, `manage.py migrate`. compose.yaml shows them together.
FROM python:3.13-slim-bookworm AS packages

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
COPY requirements.txt /
RUN python -m venv /opt/venv \
 && /opt/venv/bin/python -m pip install --require-hashes -r /requirements.txt

FROM python:3.13-slim-bookworm

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/var/lib/mintenance \
    STATIC_ROOT=/srv/static
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin mintenance \
 && install --directory --owner=mintenance --mode=0700 /var/lib/mintenance
COPY --from=packages /opt/venv /opt/venv
COPY . /srv/mintenance
WORKDIR /srv/mintenance

# Made here because they are the same for everybody. The settings are for this step alone: nothing connects.
RUN SECRET_KEY=unused ALLOWED_HOSTS=localhost DATABASE_URL=postgres://unused@localhost/unused \
    python manage.py collectstatic --no-input --verbosity 0

USER mintenance
# Uploads and mail, where no STORAGE_URL and EMAIL_URL send them elsewhere.
VOLUME /var/lib/mintenance
EXPOSE 8000
STOPSIGNAL SIGTERM
# For the web processes; the worker has no port, and compose.yaml turns this off for it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["python", "scripts/healthy"]
CMD ["python", "manage.py", "web", "--host", "0.0.0.0", "--port", "8000"]
