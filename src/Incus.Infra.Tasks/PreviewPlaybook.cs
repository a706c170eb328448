using Incus.Infra.Core.Tree;

namespace Incus.Infra.Tasks;

/// <summary>Runs a playbook of the tree as Sync would write it, and writes nothing there.</summary>
public abstract class PreviewPlaybook : AnsiblePlaybook
{
    private TreePreview? _preview;

    /// <inheritdoc/>
    protected sealed override string TreeDirectory => _preview!.Directory;

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        using (_preview = Project.ToBuild().Preview(out var diagnostics))
        {
            Log.LogDiagnostics(diagnostics);
            return _preview is not null && base.Execute();
        }
    }
}
