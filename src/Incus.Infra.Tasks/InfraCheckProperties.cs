using Incus.Infra.Core.CommandLine;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Incus.Infra.Tasks;

/// <summary>Rejects properties that the target would ignore although they change what it is asked to do.</summary>
public sealed class InfraCheckProperties : Task
{
    /// <summary>Full path of the project.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The target that is about to run.</summary>
    [Required]
    public string Verb { get; set; } = "";

    /// <summary>Properties that have a few values only, as <c>Name=value;Name=value</c>.</summary>
    public string Values { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        var values = Values.Split(';').Select(v => v.Split('=', 2)).Where(v => v.Length == 2).ToDictionary(v => v[0], v => v[1]);
        Log.LogDiagnostics(
            new CommandCheck(Path.GetFileName(ProjectFile), Verb).Run(BuildEngine6.GetGlobalProperties(), values));
        return !Log.HasLoggedErrors;
    }
}
