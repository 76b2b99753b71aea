"""Proves results of fargcheck's algebra of packet sets for all numbers, as formulas over bit-vectors.

Reads one case a line on stdin:

    {"widths": [16], "operation": "union", "left": [box…], "right": [box…], "result": [box…] or true or false}

A box is a list of ranges, one for each width; a range is a pair of decimal strings, both included. A range of numbers
is a box of one width. Prints the number of every case whose result is wrong, with a point that shows it.
"""

import json
import sys

import z3

# What the operation means for a point, given whether it is in the operands.
SETS = {
    "union": lambda left, right: z3.Or(left, right),
    "intersection": lambda left, right: z3.And(left, right),
    "difference": lambda left, right: z3.And(left, z3.Not(right)),
}

# Of which points one is looked for, and whether the answer is yes where there is one.
QUESTIONS = {
    "contains": (lambda left, right: z3.And(right, z3.Not(left)), False),
    "is_empty": (lambda left, right: left, False),
    "touches": (lambda left, right: z3.And(left, right), True),
}


def member(point, boxes):
    """Whether the point is in any of the boxes."""

    def inside(box):
        sides = []
        for number, (low, high) in zip(point, box, strict=True):
            value = lambda text: z3.BitVecVal(int(text), number.size())
            sides += [z3.ULE(value(low), number), z3.ULE(number, value(high))]
        return z3.And(sides)

    return z3.Or([inside(box) for box in boxes])


def counterexample(formula):
    """A point for which the formula holds, or None."""
    solver = z3.SolverFor("QF_BV")
    solver.add(formula)
    outcome = solver.check()
    if outcome == z3.unsat:
        return None
    if outcome != z3.sat:
        raise RuntimeError(f"z3 gives up: {solver.reason_unknown()}")
    return solver.model()


def wrong(case):
    """What shows that the result is wrong, or None."""
    point = [z3.BitVec(f"side{index}", width) for index, width in enumerate(case["widths"])]
    left, right = member(point, case["left"]), member(point, case["right"])
    operation, result = case["operation"], case["result"]
    if operation in SETS:
        return counterexample(member(point, result) != SETS[operation](left, right))
    looked_for, yes = QUESTIONS[operation]
    found = counterexample(looked_for(left, right))
    answer = yes if found is not None else not yes
    return None if answer == result else found or "there is no such point"


def main():
    for number, line in enumerate(sys.stdin):
        found = wrong(json.loads(line))
        if found is not None:
            print(json.dumps({"case": number, "shown_by": str(found)}), flush=True)


if __name__ == "__main__":
    main()
