using Incus.Infra.Core.CommandLine;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Incus.Infra.Tasks;

/// <summary>Rejects properties that the target would ignore although they change what it is asked to do.</summary>
public sealed class InfraCheckProperties : Task
{
    /// <summary>
    /// The project file, with the properties that have a few values only as metadata Values: <c>Name=value;Name=value</c>.
    /// </summary>
    [Required]
    public ITaskItem Project { get; set; } = null!;

    /// <summary>The target that is about to run.</summary>
    [Required]
    public string Verb { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        var values = Project.GetMetadata("Values").Split(';')
            .Select(v => v.Split('=', 2))
            .Where(v => v.Length == 2)
            .ToDictionary(v => v[0], v => v[1]);
        Log.LogDiagnostics(
            new CommandCheck(Project.FileName, Verb).Run(BuildEngine6.GetGlobalProperties(), values));
        return !Log.HasLoggedErrors;
    }
}
