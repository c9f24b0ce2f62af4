# connectcam in a container: the Debian package of this tree, on Debian. compose.yaml runs it.
ARG SUITE=bookworm

FROM debian:${SUITE}-slim AS build
WORKDIR /src/connectcam
COPY debian/control debian/control
RUN apt-get update \
    && apt-get build-dep -y --no-install-recommends . \
    && rm -rf /var/lib/apt/lists/*
COPY . .
RUN dpkg-buildpackage -b -us -uc

FROM debian:${SUITE}-slim
COPY --from=build /src/connectcam_*.deb /tmp/
# The user comes first: the package keeps one that is there, and its number stays the same from image to image, as
# the files in the volume want it. The group that cameras belong to is 44 in every Debian.
RUN useradd --system --uid 10001 --groups video --home-dir /var/lib/connectcam connectcam \
    && install -d -o connectcam -g connectcam -m 700 /var/lib/connectcam \
    && apt-get update \
    && apt-get install -y --no-install-recommends /tmp/connectcam_*.deb ca-certificates curl systemd-standalone-sysusers \
    && rm -rf /var/lib/apt/lists/* /tmp/*.deb

USER connectcam
ENV STATE_DIRECTORY=/var/lib/connectcam CAMERA=auto LISTEN=*:8080 OPTIONS=
VOLUME /var/lib/connectcam
EXPOSE 8080
STOPSIGNAL SIGTERM
# Not well while there is no picture, as the page says too.
HEALTHCHECK --interval=1m --timeout=5s --start-period=30s \
    CMD curl -fsS -o /dev/null "http://127.0.0.1:${LISTEN##*:}/healthz" || exit 1
# The same three words as in /etc/connectcam/connectcam.conf.
CMD ["sh", "-c", "exec connectcam --camera \"$CAMERA\" --listen \"$LISTEN\" $OPTIONS"]
