"""Reads JUnit files as build servers do: against Jenkins' schema, then as junitparser counts them.

    junit.py SCHEMA FILE…

Prints one line of JSON a file.
"""

import json
import sys

import junitparser
from lxml import etree


def cases(path):
    for suite in junitparser.JUnitXml.fromfile(path):
        for case in suite:
            results = [type(result).__name__ for result in case.result]
            yield {"suite": suite.name, "name": case.name, "classname": case.classname, "results": results}


def main(schema, *paths):
    schema = etree.XMLSchema(etree.parse(schema))
    for path in paths:
        schema.validate(etree.parse(path))
        whole = junitparser.JUnitXml.fromfile(path)
        print(
            json.dumps(
                {
                    "errors": [str(error) for error in schema.error_log],
                    "counts": [whole.tests, whole.failures, whole.errors],
                    "cases": list(cases(path)),
                }
            )
        )


main(*sys.argv[1:])
