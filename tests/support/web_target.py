"""A service to attack, what its owner holds, and what an attack would change."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass

from tests.conftest import Home
from tests.faults.service import Service
from tests.support.web_page import WebPage

_STATE = """{
  repositoriesOrError { ... on RepositoryConnection { nodes { sensors { id sensorState { status } } } } }
  runsOrError { ... on Runs { results { runId } } }
  assetNodeOrError(assetKey: {path: ["snapshots", "cliches"]}) { ... on AssetNode { partitionKeys } }
}"""


@dataclass(frozen=True)
class State:
    """What an attack would change."""

    sensor: str
    runs: int
    quarters: tuple[str, ...]
    acts: int  # what the officer's desk started or wrote


class Target:
    """A service that runs, what its owner holds, and the order that nobody else may give."""

    def __init__(self, home: Home, service: Service) -> None:
        self.home, self.service, self.port = home, service, service.port
        assert service.page is not None
        self.page: WebPage = service.page
        sensor = self.page.ask(_STATE)["repositoriesOrError"]["nodes"][0]["sensors"][0]["id"]
        where = 'repositoryName: "__repository__", repositoryLocationName: "pipelines.definitions"'
        # Stop the sensor, add a quarter, start a run: all three are done, or none.
        self.order = f"""mutation {{
          stopSensor(id: "{sensor}") {{ __typename }}
          addDynamicPartition(
            repositorySelector: {{ {where} }}, partitionsDefName: "trimestres", partitionKey: "2099-T1"
          ) {{ __typename }}
          launchRun(executionParams: {{ selector: {{ {where}, jobName: "rappel_baac" }} }}) {{ __typename }}
        }}"""

    @property
    def state(self) -> State:
        told = self.page.ask(_STATE)
        [sensor] = told["repositoriesOrError"]["nodes"][0]["sensors"]
        return State(
            sensor["sensorState"]["status"],
            len(told["runsOrError"]["results"]),
            tuple(told["assetNodeOrError"]["partitionKeys"]),
            len(list((self.home.folder / "bureau").rglob("*"))) + len(list(self.home.folder.glob("excuses.csv"))),
        )

    def send(self, method: str, path: str, body: str | None = None, **headers: str) -> http.client.HTTPResponse:
        """One request, with these headers alone."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        return line.getresponse()

    def form_token(self) -> str:
        """A token of the desk, as its owner's page holds it now."""
        mine = {"Host": f"127.0.0.1:{self.port}", "Cookie": self.page.cookie}
        page = self.send("GET", f"{self.page.folder}/bureau/deposer", **mine).read().decode()
        found = re.search(r'name="jeton_formulaire" value="([\w-]+)"', page)
        assert found, page
        return found[1]

    def address(self) -> str:
        """What the owner is told now."""
        done = self.home.run("ui", "--adresse")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()
