using Incus.Infra.Core.Building;
using Incus.Infra.Core.Tree;

namespace Incus.Infra.Tasks;

/// <summary>Runs a playbook of the tree as Sync would write it, and writes nothing there.</summary>
public abstract class PreviewPlaybook : EnginePlaybook
{
    private TreePreview? _preview;

    /// <inheritdoc/>
    protected sealed override string TreeDirectory => _preview?.Directory ?? ProjectDirectory;

    /// <summary>Does without Ansible what needs no Ansible.</summary>
    /// <returns>Whether it went well; null where Ansible has to run.</returns>
    private protected virtual bool? RunInBuild(TreeView tree) => null;

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        var tree = Project.ToBuild().View(out var diagnostics);
        Log.LogDiagnostics(diagnostics);
        if (tree is null)
        {
            return false;
        }

        if (RunInBuild(tree) is { } succeeded)
        {
            return succeeded;
        }

        using (_preview = tree.Preview())
        {
            return base.Execute();
        }
    }
}
