"""Why a training cannot succeed, in codes that the service knows and words that its owner reads."""


class RunnerFailure(Exception):
    """Ends the run; told in training_result.json. The message names no person, no path and no token."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


class RepoGone(Exception):
    """The identity was deleted while it trained. There is nobody left to tell."""


def from_output(lines, exit_code):
    """What the last lines of a trainer that failed say about the reason."""
    text = "\n".join(lines).lower()
    if "out of memory" in text or "outofmemoryerror" in text or "sigkill" in text or exit_code == -9:
        return RunnerFailure("out_of_memory", "The training ran out of memory.")
    if "gatedrepoerror" in text or "gated repo" in text or "access to model" in text and "restricted" in text:
        return RunnerFailure("gated_model", "The account that trains has not accepted the licence of the base model.")
    if "no space left on device" in text:
        return RunnerFailure("job_error", "The machine ran out of disk space.")
    return RunnerFailure("job_error", f"The trainer ended with exit code {exit_code}.")
