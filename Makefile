# connectcam. `make run` shows it, `make test` proves it, `make help` lists every habit.
SHELL = /bin/sh
BUILD ?= build
NINJA = nice ninja

RELEASE = $(BUILD)/release
GCC     = $(BUILD)/test-gcc
CLANG   = $(BUILD)/test-clang
TSAN    = $(BUILD)/test-tsan
FUZZ_SECONDS ?= 60
BOARD ?= ai-thinker

CONFIGURE = cmake -G Ninja -S . -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
COMMA     = ,
TESTING   = -DCONNECTCAM_TESTS=ON -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS=-O1

.DEFAULT_GOAL := help
.PHONY: help build run test test-builds test-device fuzz bench screenshots drawings lint format install clean packages-build packages-test firmware boards flasher flash monitor size qemu package package-test sbom release-check release-notes release-files release-publish image

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

packages-build:
	@tools/packages build

packages-test:
	@tools/packages build test

# Configures a build folder once; ninja looks after it from then on.
configure = mkdir -p $(BUILD) && { test -f $(1)/build.ninja || \
	$(CONFIGURE) -B $(1) $(2) >$(BUILD)/configure.log 2>&1 || { cat $(BUILD)/configure.log; exit 1; }; }

build: packages-build ## build the programs into build/release
	@$(call configure,$(RELEASE),-DCMAKE_BUILD_TYPE=Release)
	@$(NINJA) -C $(RELEASE) --quiet

run: build ## show a camera and a Connect of one's own (CAMERA=auto TOKEN=… for the real thing)
	@tools/run $(RELEASE)

test-builds: packages-test
	@CC=gcc; export CC; $(call configure,$(GCC),$(TESTING) -DCONNECTCAM_SANITIZE=address$(COMMA)undefined)
	@CC=clang; export CC; $(call configure,$(CLANG),$(TESTING) -DCONNECTCAM_SANITIZE=address$(COMMA)undefined)
	@CC=clang; export CC; $(call configure,$(TSAN),$(TESTING) -DCONNECTCAM_SANITIZE=thread)
	@for folder in $(GCC) $(CLANG) $(TSAN); do $(NINJA) -C $$folder --quiet || exit 1; done

test: test-builds ## build with gcc and clang under sanitizers, run every test
	@tools/test $(GCC) $(CLANG) $(TSAN)

test-device: test-builds ## run the firmware in Espressif's emulator, half an hour of it
	@CONNECTCAM_BUILD=$(GCC) tools/firmware test qemu

fuzz: test-builds ## fuzz every parser for FUZZ_SECONDS (60) each
	@tools/fuzz $(CLANG) $(FUZZ_SECONDS)

bench: build ## measure speed beside ustreamer and nginx
	@tools/packages bench
	@tools/bench $(RELEASE)

screenshots: build ## show each view of the page in docs/images
	@tools/packages page
	@CONNECTCAM_BUILD=$(RELEASE) node tests/browser/screenshots.mjs

drawings: ## draw boards, wiring and circuits for the documents
	@python3 tools/draw/draw.py

lint: ## check layout and habits
	@tools/packages build lint
	@$(call configure,$(RELEASE),-DCMAKE_BUILD_TYPE=Release)
	@tools/lint $(RELEASE)

format: ## lay out every C file, the page and the tests
	@tools/packages lint
	@git ls-files '*.c' '*.h' | xargs clang-format -i
	@node_modules/.bin/biome format --write --colors=off

firmware: ## build the ESP32 firmware for BOARD (ai-thinker), by ESP-IDF 5.5
	@tools/firmware build $(BOARD)

boards: ## list the boards, as GitHub's matrix takes them
	@tools/firmware boards

flasher: ## make the page that writes the firmware from a browser, of those built in FIRMWARE (build)
	@tools/packages flasher
	@node tools/flasher.mjs $(or $(FIRMWARE),$(BUILD)) $(BUILD)/flasher

flash: ## write the firmware to BOARD at PORT
	@tools/firmware flash $(BOARD)

monitor: ## show what BOARD says on its serial line at PORT
	@tools/firmware monitor $(BOARD)

size: ## show flash and RAM of BOARD's firmware by component
	@tools/firmware size $(BOARD)

qemu: ## run the firmware in Espressif's emulator
	@tools/firmware qemu qemu

package: ## make a Debian package of this tree in build/ (ARCH=arm64 for another kind of computer)
	@tools/packages build package
	@tools/package $(BUILD)

package-test: ## install, upgrade, remove and purge that package in a fresh Debian
	@tools/packages package-test
	@tools/package-test $(BUILD)

image: ## build the container image IMAGE (connectcam); with PLATFORMS it goes to its registry
	@tools/image $(BUILD)

sbom: ## list what is in what was built, as SPDX: firmware, packages, flasher
	@tools/sbom.py $(BUILD)

release-check: ## see that all agree on one version, and with TAG=v1.2.3 that it is ready
	@tools/release.py check $${TAG:+"$$TAG"}

release-notes: ## show what CHANGELOG.md says of this version
	@tools/release.py notes

release-files: ## sign and name in build/release-files what a release consists of (RELEASE_KEY=private key)
	@tools/release.py files $(BUILD) $(BUILD)/release-files

release-publish: ## make TAG a release on GitHub, out of build/release-files
	@tools/release.py publish "$$TAG" $(BUILD)/release-files

install: build ## install into PREFIX (/usr/local)
	@cmake --install $(RELEASE) --prefix $${PREFIX:-/usr/local}

clean: ## remove what was built
	@rm -rf $(BUILD)
