"""Runs a composite action's steps as GitHub's runner does: expressions filled in, each script by bash in a process of
its own, outputs and the summary taken from their files. Steps that use other actions are told, not run.

    action.py ACTION_YML WORKSPACE TEMPORARY_FOLDER < INPUTS_AS_JSON

Prints one object of JSON: the outputs, the actions used, the summary, the log and whether a step failed.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
TERM = re.compile(r"([\w.-]+)\s*(==|!=)\s*'([^']*)'")


def main(action, workspace, temporary):
    action, workspace, temporary = Path(action).resolve(), Path(workspace), Path(temporary)
    document = yaml.safe_load(action.read_text())
    given = json.load(sys.stdin)
    defaults = {name: entry.get("default", "") for name, entry in document["inputs"].items()}
    values = {f"inputs.{name}": value for name, value in {**defaults, **given}.items()}
    values |= {"github.action_path": str(action.parent), "runner.os": "Linux", "runner.arch": "X64"}

    def filled(text):
        return EXPRESSION.sub(lambda found: values.get(found[1], ""), str(text))

    def holds(condition):
        # GitHub runs what has no condition as long as nothing has failed.
        for term in condition.split("&&"):
            name, sign, word = TERM.fullmatch(term.strip()).groups()
            if (values.get(name, "") == word) != (sign == "=="):
                return False
        return True

    summary = temporary / "summary.md"
    summary.write_text("")
    log, used, failed = "", [], False
    for number, step in enumerate(document["runs"]["steps"]):
        if failed or ("if" in step and not holds(step["if"])):
            continue
        if "uses" in step:
            used.append({"uses": step["uses"], "with": {key: filled(value) for key, value in step["with"].items()}})
            continue
        script, output = temporary / f"step-{number}.sh", temporary / f"output-{number}"
        script.write_text(filled(step["run"]))
        output.write_text("")
        environment = {
            **os.environ,
            **{name: filled(value) for name, value in step.get("env", {}).items()},
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_WORKSPACE": str(workspace),
            "RUNNER_TEMP": str(temporary),
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=workspace / filled(step.get("working-directory", ".")),
            env=environment,
            capture_output=True,
            text=True,
        )
        log += done.stdout + done.stderr
        failed = done.returncode != 0
        for line in output.read_text().splitlines():
            name, value = line.split("=", 1)
            values[f"steps.{step['id']}.outputs.{name}"] = value
    print(
        json.dumps(
            {
                "outputs": {name: filled(entry["value"]) for name, entry in document["outputs"].items()},
                "used": used,
                "summary": summary.read_text(),
                "log": log,
                "failed": failed,
            }
        )
    )


main(*sys.argv[1:])
