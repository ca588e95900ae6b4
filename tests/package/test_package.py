"""What find_package(rhombus CONFIG) promises: docs/use-the-library.md, Link it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import BUILD, MOCK, ROOT, Configure, run

VERSION = re.search(
    r'version = "(.*)"', (ROOT / "lib/include/rhombus/version.hpp").read_text()
).group(1)  # type: ignore[union-attr]
# A user of the codec has Boost's headers, and of the rest only what these components link.
MISSING = ["OpenSSL", "CURL", "nlohmann_json", "yaml-cpp", "CLI11", "GTest"]
CODEC = """\
#include <rhombus/session/reconnect_policy.hpp>
#include <rhombus/stomp/frame.hpp>
#include <rhombus/version.hpp>
#include <rhombus/websocket/remasker.hpp>
#include <iostream>
int main() {
    std::cout << rhombus::version << ' ' << rhombus::stomp::client_command("SEND") << '\\n';
}
"""


def project(folder: Path, find: str, links: str = "") -> Path:
    (folder / "main.cpp").write_text(CODEC)
    (folder / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(user LANGUAGES CXX)\n"
        f"find_package({find})\nadd_executable(user main.cpp)\n"
        f"target_link_libraries(user PRIVATE {links})\n"
    )
    return folder


def test_the_package_names_no_place_of_the_build(prefix: Path) -> None:
    files = list(prefix.rglob("*.cmake"))
    assert len(files) > 10
    named = [file for file in files for place in (ROOT, BUILD) if str(place) in file.read_text()]
    assert named == []


def test_a_user_of_the_codec_needs_no_more_than_the_codec(
    configure: Configure, prefix: Path, tmp_path: Path
) -> None:
    codec = project(
        tmp_path,
        "rhombus CONFIG REQUIRED COMPONENTS stomp websocket session",
        "rhombus::stomp rhombus::websocket rhombus::session",
    )
    without = [f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in MISSING]
    done = configure(codec, tmp_path / "build", *without)
    assert done.returncode == 0, done.stderr
    done = run("cmake", "--build", tmp_path / "build")
    assert done.returncode == 0, done.stdout
    assert run(tmp_path / "build/user").stdout == f"{VERSION} 1\n"


def test_without_components_all_are_found(configure: Configure, tmp_path: Path) -> None:
    all_of_them = re.search(
        r"set\(rhombus_all_components (.*)\)", (BUILD / "rhombus-config.cmake").read_text()
    )
    assert all_of_them is not None
    links = " ".join(f"rhombus::{name}" for name in all_of_them.group(1).split(";"))
    done = configure(project(tmp_path, "rhombus CONFIG REQUIRED", links), tmp_path / "build")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("find", "complaint"),
    [
        ("rhombus CONFIG REQUIRED COMPONENTS stmp", 'no component is called "stmp"; there are '),
        ("rhombus 9.0 CONFIG REQUIRED", f"version: {VERSION}"),
    ],
    ids=["unknown-component", "incompatible-version"],
)
def test_what_cannot_be_found_is_said(
    configure: Configure, tmp_path: Path, find: str, complaint: str
) -> None:
    done = configure(project(tmp_path, find), tmp_path / "build")
    assert done.returncode != 0
    assert complaint in " ".join(done.stderr.split())


def test_our_warnings_stay_ours(examples: Path) -> None:
    commands = json.loads((examples / "compile_commands.json").read_text())
    assert [one["command"] for one in commands if "-W" in one["command"]] == []


def test_the_installed_programs_run_where_they_are(prefix: Path) -> None:
    doctor = run(prefix / "bin/rhombus-doctor", "--version")
    assert doctor.stdout == f"rhombus-doctor {VERSION}\n"
    listed = run("env", f"RHOMBUS_MOCK={MOCK}", prefix / "bin/rhombus-scenario", "list")
    assert listed.returncode == 0, listed.stderr
    assert "connection-lifecycle/opening" in listed.stdout
    assert {file.name for file in (prefix / "share/doc/rhombus").iterdir()} == {
        "LICENSE",
        "README.md",
        "use-the-library.md",
    }
