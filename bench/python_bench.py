#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Nanoseconds of CPU of a property read and a call in Python, as JSON: comeback, a class of pybind11, and one of Python."""
import json
import time
import timeit

import comeback
import comeback_bench_python as made


class Task:
    def __init__(self):
        self.PercentCompleted, self.Description = 40, "Logging off"

    def Cancel(self):
        return None


OBJECTS = {"comeback": comeback.Object(made.com_task()), "pybind11": made.Task(), "python": Task()}
ACTIONS = {"number": "o.PercentCompleted", "text": "o.Description", "call": "o.Cancel()"}
NUMBER = 200_000


def main():
    best = {}
    for _ in range(7):  # in turns, so that all of them meet the same disturbances
        for action, text in ACTIONS.items():
            for name, each in OBJECTS.items():
                spent = timeit.timeit(text, timer=time.process_time, globals={"o": each}, number=NUMBER) / NUMBER * 1e9
                best[f"{name} {action}"] = min(spent, best.get(f"{name} {action}", spent))
    empty = min(timeit.repeat("o", timer=time.process_time, globals={"o": 1}, number=NUMBER, repeat=7)) / NUMBER * 1e9
    print(json.dumps({name: spent - empty for name, spent in best.items()}))


main()
