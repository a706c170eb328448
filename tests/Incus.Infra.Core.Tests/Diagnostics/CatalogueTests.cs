using System.Reflection;
using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Core.Tests.Diagnostics;

/// <summary>What holds for every diagnostic, whatever the file that causes it.</summary>
internal sealed class CatalogueTests
{
    private const string Hostile = "a\nb\u001b[31m\u202Ec";

    private static readonly SourceLocation Place = new("infra.yml", 3, 7);

    private static readonly Dictionary<Type, char> Layers = new()
    {
        [typeof(ReadingDiagnostics)] = '1',
        [typeof(RuleDiagnostics)] = '2',
        [typeof(GeneratingDiagnostics)] = '3',
        [typeof(UseDiagnostics)] = '5',
    };

    private static readonly List<MethodInfo> Factories =
        [.. Layers.Keys.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))];

    [Test]
    public void No_two_diagnostics_have_one_code() => Factories.Select(f => Make(f, "x").Code).ShouldBeUnique();

    [TestCaseSource(nameof(Factories))]
    public void The_first_digit_of_a_code_is_its_layer(MethodInfo factory) =>
        Make(factory, "x").Code.ShouldMatch($"^INFRA{Layers[factory.DeclaringType!]}[0-9]{{3}}$");

    [TestCaseSource(nameof(Factories))]
    public void A_message_is_sentences_on_one_line_that_a_file_cannot_break(MethodInfo factory)
    {
        var message = Make(factory, string.Concat(Enumerable.Repeat(Hostile, 10_000))).Message;

        message.ShouldMatch("[.?]$");
        message.ShouldNotContain('\n');
        message.ShouldNotContain('\u001b');
        message.ShouldNotContain('\u202E');
        message.Length.ShouldBeLessThan(1000);
    }

    private static Diagnostic Make(MethodInfo factory, string fromFile) => (Diagnostic)factory.Invoke(
        null, [.. factory.GetParameters().Select(p => Argument(p, fromFile))])!;

    private static object? Argument(ParameterInfo parameter, string fromFile) => parameter switch
    {
        // These come from the build itself, not from infra.yml.
        { Name: "file" or "folder" or "infraFile" } => "group_vars/all.yml",
        { Name: "advice" } => "Words.",
        {
            Name: "reason" or "fault" or "meaning" or "expected" or "actual" or "section" or "what" or "kind" or "field"
            or "subnet" or "prefix" or "network", ParameterType.Name: "String"
        } => "words",
        _ when parameter.ParameterType == typeof(string) => fromFile,
        _ when parameter.ParameterType == typeof(SourceLocation) => Place,
        _ when parameter.ParameterType == typeof(IEnumerable<string>) => new[] { "physical" },
        _ => Activator.CreateInstance(parameter.ParameterType),
    };
}
