"""django-simple-history over SQLite: a row that is saved, and a copy of each of its states."""

from __future__ import annotations

import json
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.documents import retitle
from benchmarks.peers.absence import need

_DURABLE = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"


class Historical:
    """A table of clusters with a history; the one cluster was retitled `length` times before."""

    def __init__(self, path: Path, length: int) -> None:
        need("django-simple-history", "django", "simple_history")
        self._db = import_module("django.db")
        self._model, self._numbers = _model(path), count()
        with self._db.connection.schema_editor() as editor:
            editor.create_model(self._model)
            editor.create_model(self._model.history.model)
        self._model.objects.create(id="cluster-0", title="Wellbeing", decision="")
        self.decide(length)

    def decide(self, decisions: int) -> None:
        """Load the cluster, give it another title, and save it, in one durable transaction each."""
        for _ in range(decisions):
            document = retitle("cluster-0", next(self._numbers))
            with self._db.transaction.atomic(durable=True):
                cluster = self._model.objects.get(id="cluster-0")
                cluster.title = document["changes"][0]["title"]
                cluster.decision = json.dumps(document)
                cluster.save()

    def close(self) -> None:
        """Close the database."""
        self._db.connections.close_all()


def _model(path: Path) -> Any:
    """Return the model of a cluster, in a Django that has nothing else; once a process."""
    options = {"init_command": _DURABLE, "transaction_mode": "IMMEDIATE"}
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}
    settings = import_module("django.conf").settings
    if settings.configured:
        import_module("django.db").connections["default"].settings_dict["NAME"] = str(path)
        return import_module("django.apps").apps.get_model("simple_history", "Cluster")
    apps = ["django.contrib.contenttypes", "django.contrib.auth", "simple_history"]
    settings.configure(DATABASES={"default": database}, INSTALLED_APPS=apps, USE_TZ=True)
    import_module("django").setup()
    models, records = import_module("django.db.models"), import_module("simple_history.models").HistoricalRecords
    fields = {
        "id": models.CharField(max_length=100, primary_key=True),
        "title": models.TextField(),
        "decision": models.TextField(),
        "history": records(user_db_constraint=False),
    }
    about = {"__module__": "simple_history.models", "Meta": type("Meta", (), {"app_label": "simple_history"})}
    return type("Cluster", (models.Model,), {**fields, **about})
