"""Run by the Python of an environment where Superset is: `superset_driver.py URI FOLDER < ASKED`; answers as JSON.

ASKED is {"schema", "table", "charts": {name: chart query}, "statements": {name: SQL}}. The application is driven by its
own HTTP interface, without a port: what a person does in its pages is what is asked of it here.
"""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

SETTINGS = """
SECRET_KEY = "une-cle-de-test-qui-ne-sert-qu-a-ce-dossier"
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db?check_same_thread=false"
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
RATELIMIT_ENABLED = False
FEATURE_FLAGS = {{"ALERT_REPORTS": False}}
"""
PASSWORD = "essai"  # noqa: S105 -- of an account that lives as long as the test


def main() -> None:
    uri, folder = sys.argv[1], Path(sys.argv[2])
    (folder / "superset_config.py").write_text(SETTINGS.format(folder=folder), encoding="utf-8")
    config = str(folder / "superset_config.py")
    os.environ |= {"FLASK_APP": "superset", "SUPERSET_CONFIG_PATH": config, "SUPERSET_HOME": str(folder)}
    with contextlib.redirect_stdout(sys.stderr):
        told = drive(uri, json.load(sys.stdin))
    json.dump(told, sys.stdout, default=str)


def drive(uri: str, asked: dict) -> dict:
    """Open the database, the table, the charts and the statements; what Superset answered to each."""
    person = {"username": "a", "firstname": "A", "lastname": "A", "email": "a@exemple.fr", "password": PASSWORD}
    account = [word for name, value in person.items() for word in (f"--{name}", value)]
    for command in (["db", "upgrade"], ["fab", "create-admin", *account], ["init"]):
        subprocess.run([Path(sys.executable).with_name("superset"), *command], stdout=sys.stderr, check=True)

    from superset.app import create_app

    app = create_app()
    client = app.test_client()
    login = {"username": "a", "password": PASSWORD, "provider": "db", "refresh": False}
    token = client.post("/api/v1/security/login", json=login).get_json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    def post(path: str, body: dict) -> dict:
        answer = client.post(f"/api/v1/{path}", json=body, headers=headers)
        return {"code": answer.status_code} | (answer.get_json(silent=True) or {})

    database = post("database/", {"database_name": "Vigie", "sqlalchemy_uri": uri, "allow_dml": True,
                                  "expose_in_sqllab": True})  # fmt: skip
    dataset = post(
        "dataset/", {"database": database.get("id"), "schema": asked["schema"], "table_name": asked["table"]}
    )
    columns = client.get(f"/api/v1/dataset/{dataset.get('id')}", headers=headers).get_json()
    source = {"id": dataset.get("id"), "type": "table"}
    return {
        "database": database,
        "dataset": dataset,
        "columns": columns.get("result", {}).get("columns"),
        "charts": {
            name: post("chart/data", {"datasource": source, "queries": [query], "result_format": "json"})
            for name, query in asked["charts"].items()
        },
        "statements": {
            name: post("sqllab/execute/", {"database_id": database.get("id"), "schema": asked["schema"], "sql": sql,
                                           "runAsync": False, "client_id": f"essai{number}"})
            for number, (name, sql) in enumerate(asked["statements"].items())
        },
    }  # fmt: skip


if __name__ == "__main__":
    main()
