# A camera without a screen: docker build -t vtube . && docker compose up -d   (docs/guide/server.md)

FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/vtube
ENV PATH=/opt/vtube/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY pyproject.toml requirements.lock README.md LICENSE NOTICE ./
COPY vtube vtube
COPY config config
COPY models/manifest.yaml models/manifest.yaml
RUN pip install --constraint requirements.lock ".[whip]"

FROM python:3.12-slim
# Text in the picture needs a font of its script. --build-arg EXTRA="ffmpeg" lets streams go by SRT.
ARG EXTRA=""
RUN apt-get update \
 && apt-get install -y --no-install-recommends fonts-noto-cjk libportaudio2 libpulse0 ${EXTRA} \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/vtube /opt/vtube
COPY config/server.yaml /etc/vtube/server.yaml
RUN useradd --uid 10001 --create-home --home-dir /data vtube
USER 10001
ENV PATH=/opt/vtube/bin:$PATH VTUBE_HOME=/data VTUBE_MODELS=/data/models PYTHONUNBUFFERED=1
WORKDIR /data
VOLUME /data
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-m", "vtube.cli.healthy"]
ENTRYPOINT ["python", "-m", "vtube"]
CMD ["run", "--config", "/etc/vtube/server.yaml", "--log", "json"]
