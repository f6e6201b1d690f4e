"""Many people draw at once, over the HTTP API: real handwriting, and a check of what is answered.

locust -f tests/load/locustfile.py --headless -u 50 -r 10 -t 60s --host http://127.0.0.1:8501
Over several machines: the same with --master on one of them, and --worker --master-host … on the others.
"""

from random import Random

from locust import FastHttpUser, between, task

from producers.samples import sample_drawings

DRAWINGS = list(sample_drawings(500))
RIGHT = 0.8
"""Of a user's drawings so many must be read right; the digits are small, and strangers wrote them."""
ENOUGH = 20
"""Drawings from which on a user's share of right answers says something."""
PNG = {"Content-Type": "image/png"}


class Drawer(FastHttpUser):
    """Draws a number and waits for what it says; now and then comes back for an answer later."""

    wait_time = between(0.5, 1.5)

    def on_start(self) -> None:
        """Nobody draws the same in the same order."""
        self._random = Random(id(self))
        self._right: list[bool] = []

    @task(8)
    def draw_and_wait(self) -> None:
        """One drawing, answered in the same request."""
        drawing = self._random.choice(DRAWINGS)
        name = "POST /api/drawings?wait"
        url = "/api/drawings?wait=30"
        with self.client.post(url, data=drawing.value, headers=PNG, name=name, catch_response=True) as response:
            if response.status_code != 200:
                response.failure(f"{response.status_code}: {response.text}")
                return
            (answer,) = response.json()["drawings"]
            self._right.append(answer.get("number") == drawing.number)
            if len(self._right) >= ENOUGH and sum(self._right) < RIGHT * len(self._right):
                response.failure(f"only {sum(self._right)} of {len(self._right)} drawings were read right")

    @task(2)
    def draw_and_come_back(self) -> None:
        """One drawing whose answer is fetched with requests of its own."""
        drawing = self._random.choice(DRAWINGS)
        with self.client.post("/api/drawings", data=drawing.value, headers=PNG, catch_response=True) as response:
            if response.status_code != 202:
                response.failure(f"{response.status_code}: {response.text}")
                return
            url = response.json()["drawings"][0]["url"]
        for _ in range(50):
            self.wait()
            with self.client.get(url, name="GET /api/predictions/[id]", catch_response=True) as response:
                if response.status_code == 200:
                    return
                if response.status_code != 202:
                    response.failure(f"{response.status_code}: {response.text}")
                    return

    @task(1)
    def look_at_the_newest(self) -> None:
        """What everybody has drawn lately."""
        self.client.get("/api/predictions?limit=20", name="GET /api/predictions")
