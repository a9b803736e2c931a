"""What a killed worker left behind is taken up again."""

from __future__ import annotations

from rq import Queue, SimpleWorker
from rq.registry import StartedJobRegistry

from app.platform import redis, worker
from app.platform.jobs import job

ran: list[str] = []


@job("imports", per_tenant=False)
def step() -> None:
    """A step of something long."""
    ran.append("step")


def killed_while_working(queue: Queue) -> None:
    """Leave Redis as a worker leaves it that is killed, with its work horse, in the middle of a job."""
    victim = SimpleWorker([queue], connection=redis.connection())
    found = victim.dequeue_job_and_maintain_ttl(timeout=None)
    assert found is not None
    victim.prepare_execution(found[0])


def test_the_worker_of_make_run_takes_back_what_the_one_before_it_left(context, run_pending_jobs):
    ran.clear()
    queue = Queue("imports", connection=redis.connection())
    step.enqueue()
    killed_while_working(queue)
    assert queue.count == 0 and len(StartedJobRegistry(queue=queue)) == 1
    worker.take_back([queue])
    assert run_pending_jobs() == 1
    assert ran == ["step"]
