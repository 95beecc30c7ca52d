"""What a ``%%agent`` cell does: options and text in, a run on the page, a `Result` out.

Once blocking and once awaited, the same steps: prepare, show, say, settle.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple

from nbagent.agent import Agent
from nbagent.decisions import Approver
from nbagent.errors import ConfigError, ModelNotFound, NbagentError, RunCancelled, RunPaused, SessionBusy, UnknownProvider, did_you_mean
from nbagent.handlers import Handler, kinds
from nbagent.history import Trim
from nbagent.messages import Message, pending_calls
from nbagent.named_models import named
from nbagent.notebook import paused
from nbagent.notebook.approvals import Approvals, spoken_decisions
from nbagent.notebook.desk import DEFAULT, CellKey, Desk
from nbagent.notebook.dry_run import destination, wire_request
from nbagent.notebook.live import LiveView
from nbagent.notebook.model_table import model_variables, near_models
from nbagent.notebook.options import AgentOptions
from nbagent.notebook.output_types import output_type
from nbagent.notebook.terminal import TerminalView
from nbagent.parameters import check_prompt
from nbagent.provider import Provider
from nbagent.providers.wrappers.rate_limit import set_rate_limits
from nbagent.result import Result
from nbagent.session import Session
from nbagent.settings import Settings, default_model, load_settings, model_source, of_one_provider
from nbagent.standing import tool_rules
from nbagent.templates import NamedPrompt


class AgentRun:
    """One ``%%agent`` on its way. `awaited`: the cell is awaited, so clicks arrive while it runs."""

    def __init__(self, ip: Any, desk: Desk, settings: Settings, options: AgentOptions, prompt: Message | NamedPrompt | None, *, awaited: bool) -> None:
        self.named = prompt if isinstance(prompt, NamedPrompt) else None
        prompt = prompt.message if isinstance(prompt, NamedPrompt) else prompt
        self.ip, self.desk, self.options, self.prompt = ip, desk, options, prompt
        known = {*desk.sessions}
        namespace = ip.user_ns
        if prompt is None:
            self.session = self._paused_session()
        elif options.fork is not None:
            self.session = desk.fork(options.session or DEFAULT, options.fork, prompt, namespace)
        else:
            self.session = desk.session(options.session, namespace)
        if self.session.busy:
            raise SessionBusy(f"The session {self.session.name!r} is answering another prompt.", mend="Wait for it, or use another session.")
        self.begun = [name for name in desk.sessions if name not in known]
        try:
            self.decisions = spoken_decisions(options.decide, pending_calls(self.session.messages))
            self.agent = self._agent(settings)
        except NbagentError:
            self.leave()
            raise
        self.session.max_cost = settings.session_max_cost
        set_rate_limits(settings.rate_limits)
        self.key: CellKey | None = desk.next_key() if prompt is not None else None
        self.at = 0 if options.new else desk.place_of(self.session, self.key)
        in_kernel = hasattr(ip, "kernel")
        person = bool(getattr(ip.kernel, "_allow_stdin", False)) if in_kernel else True
        captured = type(ip.display_pub).__name__ == "CapturingDisplayPublisher"
        self.format = options.format or "rich"
        streams = settings.stream and not options.no_stream
        self.interactive = in_kernel and person and not captured and streams and self.format == "rich"
        self.terminal = TerminalView() if (not in_kernel and not captured and streams) or self.format == "text" else None
        self.live: LiveView | None = None
        self.approvals = Approvals(
            options.approve or settings.approve, person=person, clicks=awaited and self.interactive, link=lambda: self.session.link,
            tools=self.agent.offered, refused=self._refused,
        )  # fmt: skip

    def _refused(self, call_id: str, problems: list[tuple[str, str]]) -> None:
        """Arguments that a person gave on the page do not fit. On the engine's thread."""
        if self.session.view is not None and self.live is not None:
            self.session.view.refused(call_id, problems)
            self.live.observe(())

    # --- the two ways ------------------------------------------------------------------------------------------------------

    def run(self) -> Result:
        """Block until the answer is there."""
        with self._on_the_page():
            if self.prompt is None:
                result = self.session.resume(self.decisions, origin=self._origin())
            else:
                result = self.session.run(self.prompt, at=self.at, origin=self._origin())
        return self._hand_over(result)

    async def arun(self) -> Result:
        """The same, awaited."""
        with self._on_the_page():
            if self.prompt is None:
                result = await self.session.aresume(self.decisions, origin=self._origin())
            else:
                result = await self.session.arun(self.prompt, at=self.at, origin=self._origin())
        return self._hand_over(result)

    # --- before ---------------------------------------------------------------------------------------------------------------

    def _paused_session(self) -> Session:
        """The session that waits: by run id, by name, or the one that was paused last."""
        wanted = self.options.resume or ""
        sessions = self.desk.sessions
        here = [session for session in sessions.values() if wanted and session.paused_run and session.paused_run.startswith(wanted)]
        named = here[0] if len(here) == 1 else sessions.get(wanted or self.options.session or DEFAULT)
        if named is not None and pending_calls(named.messages):
            return named
        waiting = paused.run_ids()
        if not waiting:
            raise ConfigError("No run waits for a decision.", "Neither this notebook's session nor a kept one is paused.")
        if not wanted and self.options.approve == "auto":
            raise ConfigError(
                "Which run is to be carried on, with all its calls approved?",
                f"Kept are: {', '.join(known[:8] for known in waiting[:5])}.",
                "Name it: --resume RUN.",
            )
        tools = [*self.desk.tools.values(), *self.desk.pick_tools(self.options.tools, self.ip.user_ns)]
        session = paused.take_up(wanted or waiting[0], tools, self.desk.trace)
        if session.paused_run:
            self.desk.kept.add(session.paused_run)
        held = self.desk.sessions.get(session.name or DEFAULT)
        if held is not None and held.messages:  # a conversation of that name went on here: it is set aside, not lost
            session.replaced += [*held.replaced, list(held.messages)]
        self.desk.sessions[session.name or DEFAULT] = session
        return session

    def _agent(self, settings: Settings) -> Agent:
        """The session's agent with this cell's options, which hold for this cell only. What is wrong with them is said before anything is shown."""
        options = self.options
        base = self.desk.lent.get(self.session, self.session.agent)
        if self.prompt is None:  # a run is carried on as it began, with its tools as they are by now
            _, base = self.desk.waiting.get(self.session.paused_run or "", (self.session, base))
            base = base.replace(tools=[self.desk.tools.get(tool.name, tool) for tool in base.offered])
        elif not isinstance(self.ip.user_ns.get(options.fork or options.session or ""), Agent | Session):
            base = base.replace(
                model=settings.model, base_url=settings.base_url, instructions=settings.system, params=settings.params,
                max_steps=settings.max_steps, max_cost=settings.max_cost, retries=settings.retries, fallback=settings.fallback,
            )  # fmt: skip
        picked = self.desk.pick_tools(options.tools, self.ip.user_ns)
        self.off = [tool.name for tool in picked if tool_rules.is_off(tool.name)]
        tools = {tool.name: tool for tool in (*base.offered, *picked)}
        model = options.model or base.model
        if model is None:
            default_model(settings=settings)  # which raises where a server is configured and no model of it is named
        same = of_one_provider(model, base.model)
        base_url = options.base_url or (base.base_url if same else None)
        return base.replace(
            model=self._model(model, base_url),
            base_url=base_url,
            api_key=base.api_key if same else None,
            instructions=base.instructions if options.system is None else options.system,
            tools=list(tools.values()),
            params={**base.params, **options.params},
            max_steps=options.max_steps or base.max_steps,
            max_cost=options.max_cost or base.max_cost,
            max_total_tokens=options.max_total_tokens or base.max_total_tokens,
            history=base.history if options.window is None else Trim(tokens=options.window),
            on_error={**base.on_error, **self._handlers()},
            # what is replayed, or is to be, has one provider: another would be really asked
            fallback=() if options.replay or options.record else tuple(self._held(name) for name in options.fallback) or base.fallback,
            output_type=base.output_type if options.output_type is None else output_type(options.output_type, self.ip.user_ns),
            native_tools=False if options.text_tools else base.native_tools,
        )

    def _handlers(self) -> dict[str | type[NbagentError], Handler]:
        """The functions of ``--on-error``, by their kinds of errors. Raises `ConfigError` for a name that is none's."""
        found: dict[str | type[NbagentError], Handler] = {}
        for kind, name in self.options.on_error:
            if not callable(self.ip.user_ns.get(name)):
                raise ConfigError(f"--on-error {kind} {name}: there is no function {name!r}.", mend="Run the cell that defines it first.")
            found[kinds().get(kind, kind)] = self.ip.user_ns[name]
        return found

    def _held(self, model: str) -> str | Provider:
        """The provider in the variable of this name, or the name itself."""
        held = self.ip.user_ns.get(model)
        return held if isinstance(held, Provider) else model

    def _model(self, model: str | Provider | None, base_url: str | None) -> str | Provider | None:
        options = self.options
        if isinstance(model, str):
            model = self._held(model)
        if options.replay:
            # a notebook's own model says nothing of what was recorded, only the cell's does
            return self.desk.replayer(options.replay, model if options.model is not None and isinstance(model, str) else None)
        if options.record:
            from nbagent.providers.recorded import Recorder

            return Recorder(model if model is not None else default_model()[0], options.record, base_url=base_url)
        self._resolved(model, base_url)
        return model

    def _resolved(self, model: str | Provider | None, base_url: str | None) -> tuple[Provider, str]:
        if model is None:
            model, _ = default_model()
        if not isinstance(model, str):
            return model, getattr(model, "model", "")
        configured = self.options.model is None and model == load_settings().model
        try:
            provider, name = named(model, base_url=base_url, said_in=model_source() if configured else "")
        except UnknownProvider as error:
            if hint := did_you_mean(model, model_variables(self.ip.user_ns)):
                error.advise(hint)
            raise
        return provider, name or getattr(provider, "default_model", "")

    def _origin(self) -> dict[str, Any]:
        """What the line says of where the run comes from; `came_from` has the rest."""
        origin: dict[str, Any] = {}
        if self.named is not None:
            origin |= {"prompt_name": self.named.name, "prompt_version": self.named.version}
        if self.options.replay:
            origin["replayed"] = self.options.replay
        return origin

    def leave(self) -> None:
        """Take back the session that this cell began, where nothing was said in it."""
        for name in self.begun:
            session = self.desk.sessions.get(name)
            if session is self.session and not session.messages and not session.replaced:
                del self.desk.sessions[name]

    def destination(self) -> str:
        """Who would be asked, and where."""
        provider, model = self._resolved(self.agent.model, self.agent.base_url)
        return destination(provider, model)

    def request(self) -> dict[str, Any]:
        """What would be sent, exactly."""
        assert self.prompt is not None
        base = self.session.messages if self.at is None else self.session.messages[: self.at]
        provider, model = self._resolved(self.agent.model, self.agent.base_url)
        check_prompt(provider.name, self.agent.params)
        return wire_request(self.agent, (*base, self.prompt), provider, model)

    # --- while it runs and after ------------------------------------------------------------------------------------------------

    @contextmanager
    def _on_the_page(self) -> Iterator[None]:
        session = self.session
        before = _Before(session.agent, session.approve, session.result, session.paused_run, len(session.replaced))
        session.agent, session.approve = self.agent, self.approvals
        live = None
        if self.terminal is not None:
            session.subscribers.append(self.terminal)
        else:
            live = self.live = LiveView(
                session, interactive=self.interactive, markdown=self.format == "markdown", on_ready=self.approvals.drawn, on_decide=self.approvals.decide
            )
            session.observers.append(live.observe)
        carried = before.paused_run if self.prompt is None and before.paused_run in self.desk.kept else None
        try:
            with paused.held(carried) if carried else nullcontext():
                if live is not None:
                    live.open()
                yield
        except (asyncio.CancelledError, KeyboardInterrupt) as interrupt:
            stopped = RunCancelled("The run was stopped.", "What came until then is kept.")
            stopped.result = session.result if session.result is not before.result else None
            raise stopped from interrupt
        except ModelNotFound as error:
            if "%nbagent" not in error.mend:
                error.advise(near_models(self.agent.model))
            raise
        finally:
            try:
                if session.result is not None and session.result is not before.result:
                    self._settle(session.result, before)
            finally:
                session.approve = before.approve
                original = self.desk.lent.pop(session, before.agent)
                if session.paused_run:  # Python may carry it on: it has this cell's agent until then
                    self.desk.lent[session] = original
                else:
                    session.agent = original
                if live is not None:
                    session.observers.remove(live.observe)
                    live.close()
                    self.desk.with_the_next_cell(live.retire)
                if self.terminal is not None:
                    session.subscribers.remove(self.terminal)
                self.leave()

    def _settle(self, result: Result, before: _Before) -> None:
        """Remember which exchange this cell made and say what left for it; keep a paused run; put the result where it was asked for."""
        session, prompt = self.session, self.prompt
        taken = prompt is None or any(message is prompt for message in session.messages)
        if prompt is not None and taken:
            gone = [message for messages in session.replaced[before.replaced :] for message in messages]
            others = self.desk.settle(session, self.key, prompt, gone)
            if others and session.view is not None and not self.options.new:
                later, them = ("1 later exchange", "it") if others == 1 else (f"{others} later exchanges", "them")
                session.view.notice("info", f"This cell ran again: {later} left the conversation. %trace still has {them}.")
        if self.off and session.view is not None:
            words = f"{', '.join(self.off)} {'is' if len(self.off) == 1 else 'are'} switched off"
            session.view.notice("warning", f"{words}: %nbagent tools on {' '.join(self.off)}")
        if (words := self.desk.trace.words()) and session.view is not None:
            session.view.notice("info", words)
        if before.paused_run and taken:  # it was carried on, or the conversation went on without it
            paused.forget(before.paused_run)
            self.desk.waiting.pop(before.paused_run, None)
        if result.outcome == "paused":
            self.desk.waiting[result.run_id] = session, self.agent
            self._keep(result.run_id)
        if self.options.out:
            self.ip.user_ns[self.options.out] = result
        if result.outcome != "completed":  # the cell ends with an error, and _ would be another cell's answer
            self.ip.displayhook.update_user_ns(result)

    def _keep(self, run_id: str) -> None:
        """Keep a paused run on disk, while its session still has this cell's agent, so that another kernel goes on with that one."""
        try:
            paused.keep(self.session, run_id)
        except ConfigError as error:  # a full disk takes nothing from this notebook
            if self.session.view is not None:
                self.session.view.notice("warning", f"The run waits in this kernel only. {' '.join(error.lines)}")
        else:
            self.desk.kept.add(run_id)

    def _hand_over(self, result: Result) -> Result:
        if result.outcome == "paused":
            names = ", ".join(f"{call.name}({call.arguments})" for call in result.pending)
            waits = RunPaused(
                f"The run waits for a decision on {names}.",
                mend=f"Decide: %agent --resume {result.run_id[:8]} --decide {result.pending[0].id} yes (or no, or a reason).",
            )
            waits.result = result
            raise waits
        self.desk.has_shown(result)
        return result


class _Before(NamedTuple):
    """What a session was like before the cell."""

    agent: Agent
    approve: Approver | None
    result: Result | None
    paused_run: str | None
    replaced: int
