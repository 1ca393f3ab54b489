using Microsoft.AspNetCore.Routing.Template;

namespace TrainIdentity.LocalHost;

/// <summary>A function behind HTTP, as its function.json declares it.</summary>
public sealed class HttpFunction
{
    private static readonly IInlineConstraintResolver Constraints =
        new ServiceCollection().AddRouting().BuildServiceProvider().GetRequiredService<IInlineConstraintResolver>();

    private readonly TemplateMatcher _matcher;
    private readonly IDictionary<string, IRouteConstraint> _constraints;

    /// <param name="route">An ASP.NET route template with the prefix.</param>
    /// <param name="methods">None accepts all.</param>
    /// <exception cref="ArgumentException">The route is no template.</exception>
    public HttpFunction(string name, string route, IReadOnlyList<string> methods, bool anonymous)
    {
        (Name, Route, Methods, Anonymous) = (name, route, methods, anonymous);
        var template = TemplateParser.Parse(route);
        var defaults = template.Parameters.Where(parameter => parameter.DefaultValue is not null)
            .Select(parameter => KeyValuePair.Create(parameter.Name!, parameter.DefaultValue));
        _matcher = new TemplateMatcher(template, new RouteValueDictionary(defaults));
        _constraints = Build(template);
    }

    public string Name { get; }

    public string Route { get; }

    public IReadOnlyList<string> Methods { get; }

    public bool Anonymous { get; }

    public bool Answers(string method, PathString path) => Takes(method) && Covers(path);

    public bool Takes(string method) => Methods.Count is 0 || Methods.Contains(method, StringComparer.OrdinalIgnoreCase);

    public bool Covers(PathString path)
    {
        var values = new RouteValueDictionary();
        return _matcher.TryMatch(path, values)
            && _constraints.All(one => one.Value.Match(null, null, one.Key, values, RouteDirection.IncomingRequest));
    }

    private static IDictionary<string, IRouteConstraint> Build(RouteTemplate template)
    {
        var builder = new RouteConstraintBuilder(Constraints, template.TemplateText!);
        foreach (var parameter in template.Parameters)
        {
            if (parameter.IsOptional) builder.SetOptional(parameter.Name!);
            foreach (var constraint in parameter.InlineConstraints) builder.AddResolvedConstraint(parameter.Name!, constraint.Constraint);
        }

        return builder.Build();
    }
}
