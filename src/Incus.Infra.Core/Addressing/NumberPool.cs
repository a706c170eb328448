using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Addressing;

/// <summary>
/// Hands out numbers of one range: fixed ones first, then those of the lock, then free ones, and only when none is
/// free those whose holder is gone.
/// </summary>
internal sealed class NumberPool(int first, int last, IReadOnlyDictionary<string, Located<int>> locked)
{
    private readonly HashSet<int> _locked = [.. locked.Values.Select(l => l.Value)];
    private readonly Dictionary<int, Located<string>> _holders = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>The numbers that were handed out, by name.</summary>
    public IReadOnlyDictionary<string, int> Numbers => _numbers;

    /// <summary>Gives <paramref name="name"/> exactly <paramref name="number"/>; returns the holder if there is one.</summary>
    public Located<string>? Fix(Located<string> name, int number)
    {
        if (!_holders.TryAdd(number, name))
        {
            return _holders[number];
        }

        _numbers[name.Value] = number;
        return null;
    }

    /// <summary>Gives <paramref name="name"/> its number of the lock, if any; a fixed holder of it comes back.</summary>
    public Located<string>? Keep(Located<string> name) =>
        locked.TryGetValue(name.Value, out var number) ? Fix(name, number.Value) : null;

    /// <summary>Gives <paramref name="name"/> a number unless it has one; false when none is left.</summary>
    public bool TryChoose(Located<string> name)
    {
        if (_numbers.ContainsKey(name.Value))
        {
            return true;
        }

        if ((FirstFree(avoidLocked: true) ?? FirstFree(avoidLocked: false)) is not { } number)
        {
            return false;
        }

        Fix(name, number);
        return true;
    }

    /// <summary>Lets nobody choose <paramref name="number"/>.</summary>
    public void Exclude(int number) => _holders.TryAdd(number, default);

    /// <summary>Whether <paramref name="number"/> was handed out in this run.</summary>
    public bool IsTaken(int number) => _holders.ContainsKey(number);

    private int? FirstFree(bool avoidLocked)
    {
        for (var number = first; number <= last; number++)
        {
            if (!_holders.ContainsKey(number) && !(avoidLocked && _locked.Contains(number)))
            {
                return number;
            }
        }

        return null;
    }
}
