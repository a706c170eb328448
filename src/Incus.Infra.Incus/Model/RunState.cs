namespace Incus.Infra.Incus.Model;

/// <summary>Whether infra.yml wants an instance to run.</summary>
internal enum RunState
{
    Running,

    Stopped,

    /// <summary>It is started when it is made; from then on that is for people to decide.</summary>
    Any,
}
