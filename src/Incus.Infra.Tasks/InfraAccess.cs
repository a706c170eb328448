using System.Text;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;
using Incus.Infra.Incus.Access;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;
using Microsoft.Build.Framework;

namespace Incus.Infra.Tasks;

/// <summary>Shows how machines are reached, and hands out tokens for their projects in a file.</summary>
public sealed class InfraAccess : EngineTask
{
    private readonly List<IssuedCard> _issued = [];
    private Infrastructure _infrastructure = null!;
    private IReadOnlyList<Card> _cards = [];

    /// <summary>Domains of infra.yml; if omitted, all that have access.</summary>
    public string? Domain { get; set; }

    /// <summary>File that gets the cards, relative to the project folder.</summary>
    public string? AccessFile { get; set; }

    /// <summary>Whether what was handed out before is taken back first.</summary>
    public bool Renew { get; set; }

    /// <inheritdoc/>
    protected override bool Prepare()
    {
        var declared = Project.ToBuild().ReadDeclared(out var diagnostics);
        Log.LogDiagnostics(diagnostics);
        if (declared is not var (infra, addresses))
        {
            return false;
        }

        _cards = AccessCards.Of(infra, addresses, Project.InfraFile, Domain, out var faults);
        Log.LogDiagnostics(faults);
        if (Renew && AccessFile is null)
        {
            Log.LogDiagnostics(
                [UseDiagnostics.PropertyMissing(Project.FileName, "Access", "AccessFile=<file> for the new tokens")]);
        }

        // Nothing is handed out that could not be written down.
        if (PathOfFile is { } path && FileFault.Of(() => AtomicFile.Probe(Path.GetDirectoryName(path)!)) is { } fault)
        {
            Log.LogDiagnostics([fault.WhenWriting(AccessFile!)]);
        }

        AskServersOf(infra.Domains.Where(d => _cards.Any(c => c.Domain == d.Name.Value)));
        _infrastructure = new Infrastructure(infra.ProjectName, addresses.Lock.Id ?? infra.ProjectName);
        return !Log.HasLoggedErrors;
    }

    private protected override async System.Threading.Tasks.Task RunAsync(
        IncusClient client, IncusTarget target, ServerInfo server, CancellationToken ct)
    {
        var engine = new AccessEngine(
            client, target, server, _infrastructure, what => Log.LogMessage(MessageImportance.High, what));
        List<Card> here = [.. _cards.Where(c => IsHere(c.Domain))];
        _issued.AddRange(AccessFile is null ? await engine.LookAsync(here, ct) : await engine.IssueAsync(here, Renew, ct));
    }

    private protected override void Conclude()
    {
        var fault = PathOfFile is { } path
            ? FileFault.Of(() => PrivateFile.Write(path, Encoding.UTF8.GetBytes(CardText.Of(_issued))))
            : null;
        var where = AccessFile is null ? "" : $" in {AccessFile}";
        Log.LogSummary(Project.ProjectFile, $"{Quantity.Of(_issued.Count, "card")}{where}\n{CardText.WithoutTokens(_issued)}");
        Log.LogDiagnostics(fault is null ? [] : [fault.WhenWriting(AccessFile!)]);
    }

    private string? PathOfFile => AccessFile is null ? null : Path.GetFullPath(AccessFile, Project.Folder);
}
