"""The help pages of the magics: examples first, then every option. They are the docstrings too, so ``%%agent?`` shows them."""

from __future__ import annotations

from collections.abc import Sequence

from nbagent.notebook.command_line import Option
from nbagent.notebook.options import AGENT_OPTIONS, COMMANDS, NBAGENT_OPTIONS, TOOL_OPTIONS
from nbagent.notebook.trace_options import PICTURES, TABLES, TRACE_OPTIONS


def described(options: Sequence[Option]) -> str:
    """The options as the lines of a page."""
    lines = []
    for option in options:
        shown = " ".join([", ".join(option.flags), *(f"[{name}]" if option.maybe else name for name in option.values)])
        note = f" ({', '.join(option.choices)})" if option.choices else ""
        lines.append(f"  {shown:<26} {option.help}{note}" + (", repeatable" if option.many else ""))
    return "\n".join(lines)


AGENT_HELP = f"""Say something to an agent, and see its answer arrive.

  %%agent                                   the prompt is the cell's text
  What should I wear in {{{{ city }}}} today?   {{{{ }}}} puts in variables, tables and figures
  {{{{ rows | tojson }}}}                       a value as JSON; filters and blocks are those of Jinja2
  {{% if cold %}} a coat {{%- endif %}}         a - in the brace takes away the white space on its side

  %%agent -T get_weather                    let it call a function or tool
  %%agent travel -m anthropic:claude-haiku-5-5
                                            a conversation by name, a model for this cell
  %%agent travel --new                      the same, from its beginning
  %%agent other --fork travel -m openai:gpt-6-luna
                                            the same prompt at the same place, to another model
  %%agent -s "Answer in one sentence." -p temperature 0
  %%agent --file plot.png --file figure     images and documents, from files or variables
  %%agent answer <<                         the result in a variable; also in _
  %%agent --prompt summary words=20         a prompt of the folder prompts, with its variables
  %%agent table << --each reviews           the prompt for each {{{{ item }}}}, and a table of the answers
  %%agent --output-type list[City]          a value in place of text: _.output
  %%agent --fallback local:                 ask the embedded model where the first one fails
  %%agent --approve never                   refuse the calls that need approval
  %%agent --on-error MaxStepsReached give_up
                                            the answer of a function where the run would fail
  %%agent --window 8000                     send the end of a long conversation only
  %%agent --dry-run                         show what would be sent
  %%agent --record run.json                 write down what comes; --replay run.json repeats it
  nbagent.Cached("openai:...", "a.jsonl")   a model that is asked the same thing once, for Agent(model=...)
  %agent -m local: Tell me about {{{{ city }}}}.  one line; the options come first, then the prompt
  %agent --resume                           carry on a run that waited for a decision
  %agent --resume --decide call_1 yes       and decide at once; also: no, a reason why not, or, for
                                            longer than this call, session or always

%%agent must be the cell's first line: a comment above it breaks it. Beside other lines, one of %agent
must not end in ?, which IPython takes as a request for help: end it with a full stop, or use %%agent.
The conversation goes on from cell to cell; a cell that is run again replaces what it said before.

Options (of this cell only; for good: %config NbAgent.model = "..."):
{described(AGENT_OPTIONS)}
"""

TOOL_HELP = f"""Make tools of functions, so that an agent can call them.

  %%tool                                    all functions of the cell become tools
  def get_weather(city: str) -> dict:
      "Current weather of a city."          the model reads name, docstring and types
      return stations.loc[city].to_dict()

  %%tool --approve                          each call waits for a person's yes
  %%tool --timeout 10                       give a call up after 10 seconds
  %%tool get_weather                        only this function of the cell
  %tool get_weather get_time                functions that exist already
  %tool                                     the tools that there are
  %tool --remove get_time                   take one out again

Options:
{described(TOOL_OPTIONS)}
"""

TRACE_HELP = f"""What happened, as a pandas DataFrame: model calls, tool calls, tokens, time, cost.

  %trace                                    one row a model call and tool call
  %trace runs                               one row a run; also: {", ".join(TABLES[2:])}
  %trace calls --last                       of the last run only
  %trace runs --all --since 2d              of every notebook of this machine, in the last two days
  %trace calls --model haiku --where 'duration_s > 5'
  %trace waterfall                          a picture of the last run; {", ".join(PICTURES[1:])}
  %trace waterfall --save run.png           or .pdf, .svg, .html; .figure() is it in matplotlib
  %trace compare 3f2a 91c0                  two runs side by side; with one id: beside the last
  %trace bodies                             what really went over the wire in the last call
  %trace events --kind retry --since 1h     what happened, of one kind
  %trace --save class.zip                   everything in a file for someone else
  df = %trace messages                      into a variable; also -o df

  with nbagent.span("load data", rows=120): code of yours as a row, the runs inside it below
  nbagent.Traced("openai:...")              a model that is in the trace where no agent asks it, too
  nbagent.trace_client(openai.OpenAI())     a client of OpenAI's or Anthropic's own SDK, the same

Runs are kept in a file of this machine. %config NbAgent.trace_db = "off" keeps them in memory only,
%config NbAgent.trace = False traces nothing, trace_content = False keeps no texts.
What went over the wire is held of the most recent calls, in memory: trace_bodies = "all" keeps it
of all, in the file, "off" of none. No key is ever kept.

Options:
{described(TRACE_OPTIONS)}
"""

NBAGENT_HELP = f"""Look after nbagent in this notebook.

{chr(10).join(f"  %nbagent {name:<10} {text}" for name, text in COMMANDS.items())}

  %nbagent tools ask delete_rows            each of its calls waits for you; always: none does
  %nbagent tools off delete_rows            it is not offered to the model, until it is on again
  %nbagent sessions fork main other 4       other goes on from main's first 4 messages
  %nbagent sessions save main talk.json     load talk.json NAME reads it again

  %config NbAgent                           the settings of this notebook
  %config NbAgent.model = "openai:gpt-6-luna"

Options:
{described(NBAGENT_OPTIONS)}
"""
