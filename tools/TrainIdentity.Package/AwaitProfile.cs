using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace TrainIdentity.Package;

/// <summary>
/// A profile (.mibc) that has crossgen compile beforehand what the runtime runs of each async method that is generic or ends in
/// an object: the methods of its <c>AsyncStateMachineBox</c>. By itself it compiles those of the others alone, since the type of
/// these is looked up at run time (<c>TypeFixupSignature.AddDependenciesForAsyncStateMachineBox</c> of
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

    private enum MachineEnd
    {
        Nothing,
        Object,
    }

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
            var generic = machine.GetGenericParameters().Count;
            if (End(library, machine) is { } end && (end is MachineEnd.Object || generic > 0)) Root(code, Reference(library, type), generic, end);
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

    /// <returns>Null unless it is what the compiler makes of an async method, and one whose end is nothing or an object.</returns>
    private static MachineEnd? End(MetadataReader library, TypeDefinition type)
    {
        var builder = type.GetFields().FirstOrDefault(field => library.StringComparer.Equals(library.GetFieldDefinition(field).Name, "<>t__builder"));
        return builder.IsNil ? null : End(library, library.GetBlobReader(library.GetFieldDefinition(builder).Signature));
    }

    // 0x06 FIELD, then 0x11 VALUETYPE builder, or 0x15 GENERICINST 0x11 VALUETYPE builder 0x01 argument, of which 0x12 is CLASS, 0x0E string,
    // 0x1C object, 0x1D an array and 0x13 an argument of the machine itself (ECMA-335 II.23.1.16).
    private static MachineEnd? End(MetadataReader library, BlobReader signature)
    {
        if (signature.ReadByte() is not 0x06) return null;
        var first = signature.ReadByte();
        if (first is 0x11) return Name(library, signature.ReadTypeHandle()) is "AsyncTaskMethodBuilder" or "AsyncValueTaskMethodBuilder" ? MachineEnd.Nothing : null;
        if (first is not 0x15 || signature.ReadByte() is not 0x11) return null;
        if (Name(library, signature.ReadTypeHandle()) is not ("AsyncTaskMethodBuilder`1" or "AsyncValueTaskMethodBuilder`1") || signature.ReadCompressedInteger() is not 1) return null;
        var argument = signature.ReadByte();
        return argument is 0x12 or 0x0E or 0x1C or 0x1D or 0x13 || (argument is 0x15 && signature.ReadByte() is 0x12) ? MachineEnd.Object : null;
    }

    private static string Name(MetadataReader library, EntityHandle type) => type.Kind switch
    {
        HandleKind.TypeReference => library.GetString(library.GetTypeReference((TypeReferenceHandle)type).Name),
        HandleKind.TypeDefinition => library.GetString(library.GetTypeDefinition((TypeDefinitionHandle)type).Name),
        _ => "",
    };

    /// <param name="generic">How many arguments the machine has; code is shared by all that are objects.</param>
    private void Root(InstructionEncoder code, TypeReferenceHandle machine, int generic, MachineEnd end)
    {
        var signature = new BlobBuilder();
        var arguments = new BlobEncoder(signature).TypeSpecificationSignature().GenericInstantiation(_box, 2, isValueType: false);
        arguments.AddArgument().Type(end is MachineEnd.Nothing ? _nothing : _canon, isValueType: end is MachineEnd.Nothing);
        if (generic is 0)
        {
            arguments.AddArgument().Type(machine, isValueType: true);
        }
        else
        {
            var own = arguments.AddArgument().GenericInstantiation(machine, generic, isValueType: true);
            for (var n = 0; n < generic; n++) own.AddArgument().Type(_canon, isValueType: false);
        }
        var box = _metadata.AddTypeSpecification(_metadata.GetOrAddBlob(signature));

        Name(code, box, ".cctor", false, returns => returns.Void());
        Name(code, box, "MoveNext", true, returns => returns.Void());
        Name(code, box, "MoveNext", true, returns => returns.Void(), parameter => parameter.Type(_thread, isValueType: false));
        Name(code, box, "ExecutionContextCallback", false, returns => returns.Void(), parameter => parameter.Object());
        Name(code, box, "ClearStateUponCompletion", true, returns => returns.Void());
        Name(code, box, "get_Context", true, returns => returns.Type(isByRef: true).Type(_context, isValueType: false));
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

    private TypeReferenceHandle Reference(EntityHandle scope, string space, string name) =>
        _metadata.AddTypeReference(scope, _metadata.GetOrAddString(space), _metadata.GetOrAddString(name));

    private AssemblyReferenceHandle Assembly(string name) => _assemblies.TryGetValue(name, out var known)
        ? known
        : _assemblies[name] = _metadata.AddAssemblyReference(_metadata.GetOrAddString(name), new Version(0, 0), default, default, default, default);
}
