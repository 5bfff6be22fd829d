# docker build -t tilewise . && docker run --rm -v "$PWD:/work" tilewise cost --network resnet18 --device zc706
FROM debian:bookworm-slim AS build
COPY . /tilewise
WORKDIR /tilewise
RUN scripts/install_dependencies.sh && tools/build_wheel.sh /wheels

FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gnuplot-nox \
  && rm -rf /var/lib/apt/lists/* && useradd --create-home user
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir /wheels/*.whl
USER user
WORKDIR /work
ENTRYPOINT ["tilewise"]
CMD ["--help"]
