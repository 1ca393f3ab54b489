namespace TrainIdentity.Functions.Http;

/// <summary>One row of <see cref="ProblemKinds"/>.</summary>
/// <param name="Code">Stable, like the status; texts are not.</param>
/// <param name="Retryable">The same request may succeed later, unchanged.</param>
/// <param name="When">For people who write clients.</param>
internal sealed record ProblemKind(int Status, string Code, bool Retryable, string Title, string When);
