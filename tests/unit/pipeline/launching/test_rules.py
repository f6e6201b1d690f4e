import subprocess

import pytest
from jgo.maven import MavenContext, PythonResolver

from pipeline.jvm.jars import CONFIGURATION, _artifact, _is_there, flink_jars, lock_file, locked_jars
from pipeline.jvm.java import java_command

RULES = CONFIGURATION / "beam" / "rules.btm"


def test_byteman_finds_what_each_rule_is_about_in_the_locked_jars() -> None:
    """A rule that fits no more is passed over at run time: bundles would last a second, say."""
    context = MavenContext(resolver=PythonResolver())
    coordinates = lock_file("beam").read_text().splitlines()[1:]
    if not all(_is_there(_artifact(context, coordinate)) for coordinate in coordinates):
        pytest.skip("the beam jars are not downloaded yet")
    jars = flink_jars() + locked_jars("beam")
    command = java_command(jars, "org.jboss.byteman.check.TestScript", ["-XX:TieredStopAtLevel=1"], [str(RULES)])

    told = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout

    rules = [line.removeprefix("RULE ") for line in RULES.read_text().splitlines() if line.startswith("RULE ")]
    assert len(rules) == len(set(rules)) > 0
    assert [rule for rule in rules if f'Type checked rule "{rule}"' not in told] == []
    assert told.rstrip().endswith("no errors")
