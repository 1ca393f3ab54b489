using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace TrainIdentity.Package;

/// <summary>
/// A profile (.mibc) that has crossgen compile beforehand what the runtime runs of each async method that is generic or ends in
/// an object or a value with objects in it: the methods of its <c>AsyncStateMachineBox</c>. By itself it compiles those of the
/// others alone, since the type of these is looked up at run time (<c>TypeFixupSignature.AddDependenciesForAsyncStateMachineBox</c> of
/// dotnet/runtime). The format is a library of methods whose code names others (<c>MIbcProfileParser</c> there).
/// </summary>
internal sealed class AwaitProfile
{
    private const string Core = "System.Private.CoreLib";
    private const string Compilers = "System.Runtime.CompilerServices";

    private readonly MetadataBuilder _metadata = new();
    private readonly MethodBodyStreamEncoder _bodies = new(new BlobBuilder());
    private readonly Dictionary<string, AssemblyReferenceHandle> _assemblies = new(StringComparer.Ordinal);
    private readonly TypeReferenceHandle _builder, _box, _canon, _nothing, _thread, _context;
    private readonly List<(string Group, MethodDefinitionHandle Method)> _groups = [];

    private AwaitProfile()
    {
        _metadata.AddModule(0, _metadata.GetOrAddString("awaits.dll"), _metadata.GetOrAddGuid(new Guid("c3f8a1d0-6b0e-4f2a-9a58-3d1f5d2b7e64")), default, default);
        _metadata.AddAssembly(_metadata.GetOrAddString("awaits"), new Version(1, 0), default, default, 0, AssemblyHashAlgorithm.None);
        _metadata.AddTypeDefinition(0, default, _metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        _builder = Reference(Assembly(Core), Compilers, "AsyncTaskMethodBuilder`1");
        _box = Reference(_builder, "", "AsyncStateMachineBox`1");
        _canon = Reference(Assembly(Core), "System", "__Canon");
        _nothing = Reference(Assembly(Core), "System.Threading.Tasks", "VoidTaskResult");
        _thread = Reference(Assembly(Core), "System.Threading", "Thread");
        _context = Reference(Assembly(Core), "System.Threading", "ExecutionContext");
    }

    /// <param name="folder">The libraries of a program, as they are before they are compiled.</param>
    public static void Write(string folder, string file)
    {
        var profile = new AwaitProfile();
        foreach (var library in Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal))
        {
            using var image = new PEReader(File.OpenRead(library));
            if (image.HasMetadata) profile.Add(image.GetMetadataReader());
        }
        File.WriteAllBytes(file, profile.End());
    }

    private void Add(MetadataReader library)
    {
        var name = library.GetString(library.GetAssemblyDefinition().Name);
        var code = new InstructionEncoder(new BlobBuilder());
        foreach (var type in library.TypeDefinitions)
        {
            var machine = library.GetTypeDefinition(type);
            if (End(library, machine) is { } end && (!end.IsNothing || machine.GetGenericParameters().Count > 0)) Root(code, library, type, end);
        }
        if (code.Offset is 0) return;
        code.OpCode(ILOpCode.Ret);
        _groups.Add(($"{Core};{name};", Method($"Assemblies_{name}", code)));
    }

    private byte[] End()
    {
        var code = new InstructionEncoder(new BlobBuilder());
        foreach (var (group, method) in _groups)
        {
            code.LoadString(_metadata.GetOrAddUserString(group));
            code.OpCode(ILOpCode.Ldtoken);
            code.Token(method);
            code.OpCode(ILOpCode.Pop);
        }
        code.OpCode(ILOpCode.Ret);
        Method("AssemblyDictionary", code);

        var image = new BlobBuilder();
        new ManagedPEBuilder(
            PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(_metadata), _bodies.Builder,
            deterministicIdProvider: _ => new BlobContentId(new Guid("c3f8a1d0-6b0e-4f2a-9a58-3d1f5d2b7e64"), 1)).Serialize(image);
        return image.ToArray();
    }

    /// <returns>Null unless it is what the compiler makes of an async method, and one that ends in nothing, an object or a value with objects in it.</returns>
    private MachineEnd? End(MetadataReader library, TypeDefinition type)
    {
        var builder = type.GetFields().FirstOrDefault(field => library.StringComparer.Equals(library.GetFieldDefinition(field).Name, "<>t__builder"));
        return builder.IsNil ? null : End(library, library.GetBlobReader(library.GetFieldDefinition(builder).Signature));
    }

    // 0x06 FIELD, then 0x11 VALUETYPE builder, or 0x15 GENERICINST 0x11 VALUETYPE builder 0x01 argument (ECMA-335 II.23.1.16).
    private MachineEnd? End(MetadataReader library, BlobReader signature)
    {
        if (signature.ReadByte() is not 0x06) return null;
        var first = signature.ReadByte();
        if (first is 0x11) return Name(library, signature.ReadTypeHandle()) is "AsyncTaskMethodBuilder" or "AsyncValueTaskMethodBuilder" ? new MachineEnd(_nothing, 0) : null;
        if (first is not 0x15 || signature.ReadByte() is not 0x11) return null;
        if (Name(library, signature.ReadTypeHandle()) is not ("AsyncTaskMethodBuilder`1" or "AsyncValueTaskMethodBuilder`1") || signature.ReadCompressedInteger() is not 1) return null;
        return ReadObject(ref signature) ? new MachineEnd(null, 0) : Value(library, ref signature);
    }

    /// <returns>Null unless it is a generic value all of whose arguments are objects.</returns>
    private MachineEnd? Value(MetadataReader library, ref BlobReader signature)
    {
        if (signature.ReadByte() is not 0x15 || signature.ReadByte() is not 0x11) return null;
        var type = signature.ReadTypeHandle();
        var arguments = signature.ReadCompressedInteger();
        for (var n = 0; n < arguments; n++)
        {
            if (!ReadObject(ref signature)) return null;
        }
        return Reference(library, type) is { IsNil: false } value ? new MachineEnd(value, arguments) : null;
    }

    /// <summary>Passes over an argument that is an object: 0x12 CLASS, 0x0E string, 0x1C object, 0x1D an array, 0x15 0x12 a generic class, or 0x13 an argument of the machine itself.</summary>
    /// <returns>False when it is none; nothing is passed over then.</returns>
    private static bool ReadObject(ref BlobReader signature)
    {
        var start = signature.Offset;
        switch (signature.ReadByte())
        {
            case 0x0E or 0x1C:
                return true;
            case 0x12:
                _ = signature.ReadTypeHandle();
                return true;
            case 0x13:
                _ = signature.ReadCompressedInteger();
                return true;
            case 0x1D:
                return ReadAny(ref signature);
            case 0x15 when signature.ReadByte() is 0x12:
                return ReadArguments(ref signature);
            default:
                signature.Offset = start;
                return false;
        }
    }

    private static bool ReadAny(ref BlobReader signature)
    {
        if (ReadObject(ref signature)) return true;
        switch (signature.ReadByte())
        {
            case 0x11:
                _ = signature.ReadTypeHandle();
                return true;
            case 0x15 when signature.ReadByte() is 0x11:
                return ReadArguments(ref signature);
            case < 0x0E:
                return true;
            default:
                return false;
        }
    }

    private static bool ReadArguments(ref BlobReader signature)
    {
        _ = signature.ReadTypeHandle();
        var count = signature.ReadCompressedInteger();
        for (var n = 0; n < count; n++)
        {
            if (!ReadAny(ref signature)) return false;
        }
        return true;
    }

    private static string Name(MetadataReader library, EntityHandle type) => type.Kind switch
    {
        HandleKind.TypeReference => library.GetString(library.GetTypeReference((TypeReferenceHandle)type).Name),
        HandleKind.TypeDefinition => library.GetString(library.GetTypeDefinition((TypeDefinitionHandle)type).Name),
        _ => "",
    };

    /// <summary>Code is shared by all arguments that are objects.</summary>
    private void Root(InstructionEncoder code, MetadataReader library, TypeDefinitionHandle machine, MachineEnd end)
    {
        var signature = new BlobBuilder();
        var arguments = new BlobEncoder(signature).TypeSpecificationSignature().GenericInstantiation(_box, 2, isValueType: false);
        Encode(arguments.AddArgument(), end.Value ?? _canon, end.Value is not null, end.Arguments, _ => _canon);
        var own = library.GetTypeDefinition(machine).GetGenericParameters();
        Encode(arguments.AddArgument(), Reference(library, machine), isValue: true, own.Count, n => Allowed(library, own[n]));
        var box = _metadata.AddTypeSpecification(_metadata.GetOrAddBlob(signature));

        Name(code, box, ".cctor", false, returns => returns.Void());
        Name(code, box, "MoveNext", true, returns => returns.Void());
        Name(code, box, "MoveNext", true, returns => returns.Void(), parameter => parameter.Type(_thread, isValueType: false));
        Name(code, box, "ExecuteFromThreadPool", true, returns => returns.Void(), parameter => parameter.Type(_thread, isValueType: false));
        Name(code, box, "ExecutionContextCallback", false, returns => returns.Void(), parameter => parameter.Object());
        Name(code, box, "ClearStateUponCompletion", true, returns => returns.Void());
        Name(code, box, "get_Context", true, returns => returns.Type(isByRef: true).Type(_context, isValueType: false));
    }

    private static void Encode(SignatureTypeEncoder into, EntityHandle type, bool isValue, int count, Func<int, EntityHandle> argument)
    {
        if (count is 0)
        {
            into.Type(type, isValue);
            return;
        }

        var arguments = into.GenericInstantiation(type, count, isValue);
        for (var n = 0; n < count; n++) arguments.AddArgument().Type(argument(n), isValueType: false);
    }

    /// <summary>An object that may stand for the argument: where it must be of a kind, that kind itself.</summary>
    private TypeReferenceHandle Allowed(MetadataReader library, GenericParameterHandle parameter)
    {
        foreach (var constraint in library.GetGenericParameter(parameter).GetConstraints())
        {
            if (Reference(library, library.GetGenericParameterConstraint(constraint).Type) is { IsNil: false } kind) return kind;
        }
        return _canon;
    }

    private void Name(InstructionEncoder code, EntityHandle owner, string method, bool isInstance, Action<ReturnTypeEncoder> returns, params ReadOnlySpan<Action<SignatureTypeEncoder>> takes)
    {
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature(isInstanceMethod: isInstance).Parameters(takes.Length, out var returned, out var parameters);
        returns(returned);
        foreach (var take in takes) take(parameters.AddParameter().Type());
        code.OpCode(ILOpCode.Ldtoken);
        code.Token(_metadata.AddMemberReference(owner, _metadata.GetOrAddString(method), _metadata.GetOrAddBlob(signature)));
        code.OpCode(ILOpCode.Pop);
    }

    private MethodDefinitionHandle Method(string name, InstructionEncoder code)
    {
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature().Parameters(0, returns => returns.Void(), _ => { });
        return _metadata.AddMethodDefinition(
            MethodAttributes.Public | MethodAttributes.Static, MethodImplAttributes.IL, _metadata.GetOrAddString(name), _metadata.GetOrAddBlob(signature),
            _bodies.AddMethodBody(code, maxStack: 8), MetadataTokens.ParameterHandle(1));
    }

    /// <summary>A type of another library, by the types that it is nested in.</summary>
    private TypeReferenceHandle Reference(MetadataReader library, TypeDefinitionHandle type)
    {
        var definition = library.GetTypeDefinition(type);
        EntityHandle scope = definition.GetDeclaringType() is { IsNil: false } outer ? Reference(library, outer) : Assembly(library.GetString(library.GetAssemblyDefinition().Name));
        return Reference(scope, library.GetString(definition.Namespace), library.GetString(definition.Name));
    }

    /// <returns>Nil for what is no plain type of a library.</returns>
    private TypeReferenceHandle Reference(MetadataReader library, EntityHandle type)
    {
        if (type.Kind is HandleKind.TypeDefinition) return Reference(library, (TypeDefinitionHandle)type);
        if (type.Kind is not HandleKind.TypeReference) return default;

        var reference = library.GetTypeReference((TypeReferenceHandle)type);
        EntityHandle scope = reference.ResolutionScope.Kind switch
        {
            HandleKind.AssemblyReference => Assembly(library.GetString(library.GetAssemblyReference((AssemblyReferenceHandle)reference.ResolutionScope).Name)),
            HandleKind.TypeReference => Reference(library, reference.ResolutionScope),
            _ => default,
        };
        return scope.IsNil ? default : Reference(scope, library.GetString(reference.Namespace), library.GetString(reference.Name));
    }

    private TypeReferenceHandle Reference(EntityHandle scope, string space, string name) =>
        _metadata.AddTypeReference(scope, _metadata.GetOrAddString(space), _metadata.GetOrAddString(name));

    private AssemblyReferenceHandle Assembly(string name) => _assemblies.TryGetValue(name, out var known)
        ? known
        : _assemblies[name] = _metadata.AddAssemblyReference(_metadata.GetOrAddString(name), new Version(0, 0), default, default, default, default);

    /// <param name="Value">Null for an object.</param>
    /// <param name="Arguments">How many it has.</param>
    private readonly record struct MachineEnd(TypeReferenceHandle? Value, int Arguments)
    {
        public bool IsNothing => Value is not null && Arguments is 0;
    }
}
