namespace Incus.Infra.Incus.Diagnostics;

/// <summary>Something was not done; the message says why.</summary>
internal abstract class FaultException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Incus answered that it will not or cannot do something.</summary>
/// <param name="status">The HTTP status; for a background operation that of its outcome.</param>
/// <param name="message">Incus's own words.</param>
/// <param name="member">In a cluster the member where a background operation failed, as far as Incus says it.</param>
internal sealed class IncusErrorException(int status, string message, string? member = null)
    : FaultException(member is null ? message : $"{message.TrimEnd('.')} (on member '{Excerpt.Of(member)}')")
{
    /// <summary>The HTTP status of what something else is in the way of.</summary>
    public const int Conflict = 409;

    private const int NotFound = 404;
    private const int PreconditionFailed = 412;

    public string? Member { get; } = member;

    /// <summary>The HTTP status; for a background operation that of its outcome.</summary>
    public int Status { get; } = status;

    /// <summary>Whether somebody else wrote what a change was based on.</summary>
    public bool IsOutdated => Status == PreconditionFailed;

    public bool IsConflict => Status == Conflict;

    public bool IsMissing => Status == NotFound;
}

/// <summary>Something with a code of its own, such as that Incus gave no answer.</summary>
/// <param name="diagnostic">What happened and how to fix it.</param>
/// <param name="inner">What the system or Incus said.</param>
internal class ToolFaultException(Diagnostic diagnostic, Exception? inner = null) : FaultException(diagnostic.Message, inner)
{
    public Diagnostic Diagnostic { get; } = diagnostic;

    /// <summary>One of the same kind as its cause, that says more.</summary>
    public static ToolFaultException Of(Diagnostic diagnostic, Exception cause) => cause is ConnectionFaultException
        ? new ConnectionFaultException(diagnostic, cause)
        : new ToolFaultException(diagnostic, cause);
}

/// <summary>There is no connection to Incus, or there is none any more: further requests would fare the same.</summary>
/// <param name="diagnostic">What happened and how to fix it.</param>
/// <param name="inner">What the system said.</param>
internal sealed class ConnectionFaultException(Diagnostic diagnostic, Exception inner) : ToolFaultException(diagnostic, inner);
